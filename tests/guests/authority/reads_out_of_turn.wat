;; Attacks a package that is not shown to it: `describe` reads a file. The call must end as its mistake.
(import "marketplace:category/contents@1.0.0" "read" (func $read (param i32 i32 i32)))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (call $read (i32.const 16) (i32.const 6) (i32.const 256))
  (i32.const 64))
