;; Attacks the freeze of the contract: a major version that was never published.
;; It must not load, and be told which import is not given.
(import "marketplace:category/log@2.0.0" "log" (func $wanted (param i32 i32)))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (call $wanted (i32.const 16) (i32.const 6))
  (i32.const 64))
