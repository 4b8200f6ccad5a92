;; Attacks what the host allocates for an answer: a list of as many findings as a number can say.
;; The call must end as the guest's crash: the list is not in its memory.
(data (i32.const 256) (i32 1  1024  -1))
(func $validate (export "marketplace:category/validator@1.0.0#validate") (param i32 i32) (result i32)
  (i32.const 256))
