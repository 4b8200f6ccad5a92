;; Attacks whoever compares names alone: an interface that is given, with a type that it does not have.
;; It must not load, and be told what does not fit.
(component
  (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result string)))))
  (instance $nothing)
  (export "marketplace:category/validator@1.0.0" (instance $nothing)))
