;; Attacks the host's process: it exits. That must be the guest's crash, and nobody else's.
(import "wasi:cli/exit@0.2.0" "exit" (func $exit (param i32)))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (call $exit (i32.const 0))
  (unreachable))
