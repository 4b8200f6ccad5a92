;; Attacks the freeze of the contract: a minor version that was never published.
;; It must not load, and be told which import is not given.
(component
  (import "marketplace:category/log@1.1.0" (instance (export "log" (func (param "message" string)))))
  (instance $nothing)
  (export "marketplace:category/validator@1.0.0" (instance $nothing)))
