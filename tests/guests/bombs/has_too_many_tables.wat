;; Attacks the pool: more tables than a call may have. It must not load.
;; repeat 17
(table 1 funcref)
;; end
