;; Attacks whoever believes that an answer has one of the contract's cases: neither yes nor no.
;; The call must end as the guest's crash.
(data (i32.const 256) (i32 7  0  0))
(func $validate (export "marketplace:category/validator@1.0.0#validate") (param i32 i32) (result i32)
  (i32.const 256))
