;; The same with an interface of the contract, which takes other words than it has.
(component
  (import "marketplace:category/log@1.0.0" (instance (export "log" (func (param "all" u64)))))
  (instance $nothing)
  (export "marketplace:category/validator@1.0.0" (instance $nothing)))
