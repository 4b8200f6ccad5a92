;; Attacks the host's stack where no guest's limit is: the host asks for memory to answer in, and
;; is asked again by the function that should give it. The call must end as the guest's crash.
(import "marketplace:category/contents@1.0.0" "read" (func $read (param i32 i32 i32)))
(data (i32.const 200) "note.txt")
(func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
  (if (i32.load (i32.const 240)) (then (call $read (i32.const 200) (i32.const 8) (i32.const 256))))
  (i32.const 65536))
(func $inspect (export "marketplace:category/installer@1.0.0#inspect")
  (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store (i32.const 240) (i32.const 1))
  (call $read (i32.const 200) (i32.const 8) (i32.const 256))
  (i32.const 128))
