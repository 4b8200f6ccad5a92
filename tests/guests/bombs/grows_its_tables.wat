;; Attacks the machine's memory through tables, which are not in the guest's: as many as it may
;; have, each grown until it gets no more. The growing must fail at the limit.
;; repeat 14
(table 1 funcref)
;; end
(table $last 1 funcref)
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (loop $grow
    (if (i32.eq (table.grow $last (ref.null func) (i32.const 1000)) (i32.const -1)) (then (unreachable)))
    (br $grow))
  (unreachable))
