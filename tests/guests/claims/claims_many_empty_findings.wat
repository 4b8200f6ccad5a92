;; Attacks what the host allocates for an answer: as many findings as fit into the guest's memory,
;; each without a text, so that no text is counted. In the host, each is larger than in the guest.
;; The call must end at the limit of what is passed to the host.
(func $validate (export "marketplace:category/validator@1.0.0#validate") (param i32 i32) (result i32)
  (drop (memory.grow (i32.const 240)))
  (i32.store (i32.const 256) (i32.const 1))
  (i32.store (i32.const 260) (i32.const 65536))
  (i32.store (i32.const 264) (i32.div_u (i32.const 15728640) (i32.const 24)))
  (i32.const 256))
