;; Attacks the host's memory with a number: as many random bytes as it can say. None must be made.
(import "wasi:random/random@0.2.0" "get-random-bytes" (func $random (param i64 i32)))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (call $random (i64.const 0x4000_0000) (i32.const 256))
  (i32.const 64))
