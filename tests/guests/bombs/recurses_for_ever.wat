;; Attacks the host's stack: a function that calls itself. The call must end as the guest's crash.
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (i32.add (call $describe) (call $describe)))
