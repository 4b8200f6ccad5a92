;; Attacks whoever reads back what he wrote: every argument is put at one and the same address.
;; It harms the guest alone, which reads nonsense: here it asks about what it reads, and repeats
;; it as a finding. The answer must come, and be no more than a text.
(func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536))
(data (i32.const 400) "guest.asked")
(data (i32.const 256) (i32 1  300  1))
(data (i32.const 300) (i32 400 11  0 0  65536 8))
(func $validate (export "marketplace:category/validator@1.0.0#validate") (param i32 i32) (result i32)
  (i32.const 256))
