;; Attacks the compiler: one function of more than a mebibyte. It must be refused uncompiled.
(func (param i32) (result i32)
  (local.get 0)
;; repeat 400000
  (i32.mul (local.get 0))
;; end
)
