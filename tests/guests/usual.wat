;; What a guest of one attack does not write itself. Each definition below is added to a guest
;; (see `tests/build/text.rs`) unless it has one of that name. So a guest's file is the attack alone.
;;
;; Memory: 16 the texts and 64 the record of `describe`; 128 zeros, which are "yes, and nothing to
;; say" to every other question; 256 for the host's answers; 65536 on what the host allocates.
(memory $memory (export "memory") 4)
(data $texts (i32.const 16) "guestsGuestsThey do wrong.")
(data $description (i32.const 64) (i32 16 6  16 6  22 6  28 14  16 0  5))
(global $free (mut i32) (i32.const 65536))
(func $realloc (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32)
  (result i32)
  (local $at i32)
  (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
  (global.set $free (i32.add (local.get $at) (local.get $size)))
  (local.get $at))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32) (i32.const 64))
(func $validate (export "marketplace:category/validator@1.0.0#validate") (param i32 i32) (result i32)
  (i32.const 128))
(func $compare (export "marketplace:category/validator@1.0.0#compare") (param i32 i32 i32 i32) (result i32)
  (i32.const 128))
(func $inspect (export "marketplace:category/installer@1.0.0#inspect")
  (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.const 128))
(func $install (export "marketplace:category/installer@1.0.0#install")
  (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.const 128))
;; Writes a number at an address, as eight letters from `a` to `p`.
(func $spell (param $number i32) (param $at i32)
  (local $left i32)
  (local.set $left (i32.const 8))
  (loop $letters
    (i32.store8 (local.get $at) (i32.add (i32.const 0x61) (i32.and (local.get $number) (i32.const 15))))
    (local.set $number (i32.shr_u (local.get $number) (i32.const 4)))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br_if $letters (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
