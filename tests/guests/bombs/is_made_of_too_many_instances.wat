;; Attacks the pool: one small module, instantiated more often than a call may. It must not load.
(component
  (core module $small (memory 0))
;; repeat 200
  (core instance (instantiate $small))
;; end
  (instance $nothing)
  (export "marketplace:category/validator@1.0.0" (instance $nothing)))
