;; Attacks the compiler: more modules than a component may have. It must be refused uncompiled.
(component
;; repeat 201
  (core module)
;; end
  (instance $nothing)
  (export "marketplace:category/validator@1.0.0" (instance $nothing)))
