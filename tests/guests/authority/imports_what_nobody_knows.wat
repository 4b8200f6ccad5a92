;; Attacks whoever links what he does not know: an interface to run commands.
;; It must not load, and be told which import is not given.
(import "host:commands/run@1.0.0" "run" (func $wanted (param i32 i32) (result i32)))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (drop (call $wanted (i32.const 16) (i32.const 6)))
  (i32.const 64))
