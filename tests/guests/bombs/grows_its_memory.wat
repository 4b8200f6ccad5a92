;; Attacks the machine's memory: grows its own, and writes to every page of it, until it gets no more.
;; The growing must fail at the limit of the call, and what the guest then does be its own failure.
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (local $page i32)
  (loop $grow
    (local.set $page (memory.grow (i32.const 1)))
    (if (i32.eq (local.get $page) (i32.const -1)) (then (unreachable)))
    (memory.fill (i32.mul (local.get $page) (i32.const 65536)) (i32.const 1) (i32.const 65536))
    (br $grow))
  (unreachable))
