;; Attacks what the host allocates for an argument: a line for the log, of 4 GiB.
;; The call must end as the guest's crash: the text is not in its memory.
(import "marketplace:category/log@1.0.0" "log" (func $log (param i32 i32 i32)))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (call $log (i32.const 0) (i32.const 16) (i32.const -1))
  (i32.const 64))
