;; Attacks what the host allocates for an answer: a thousand findings, all of whose texts are the
;; same 200 KiB. That is a list of 24 KB, and 600 MB of texts if it were copied.
;; The call must end at the limit of what is passed to the host, before that is copied.
(func $validate (export "marketplace:category/validator@1.0.0#validate") (param i32 i32) (result i32)
  (local $at i32)
  (memory.fill (i32.const 40000) (i32.const 0x61) (i32.const 200000))
  (local.set $at (i32.const 1024))
  (loop $texts
    (i32.store (local.get $at) (i32.const 40000))
    (i32.store offset=4 (local.get $at) (i32.const 200000))
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (br_if $texts (i32.lt_u (local.get $at) (i32.const 25024))))
  (i32.store (i32.const 256) (i32.const 1))
  (i32.store (i32.const 260) (i32.const 1024))
  (i32.store (i32.const 264) (i32.const 1000))
  (i32.const 256))
