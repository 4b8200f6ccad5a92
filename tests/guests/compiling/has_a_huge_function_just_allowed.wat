;; Attacks the compiler: a function as large as it may be, in which a value is used by all that follows.
;; It must be compiled within its time, or be refused; and what loads must answer.
(func (export "unused") (param i32) (result i32)
  (local.get 0)
;; repeat 300000
  (i32.mul (local.get 0))
;; end
)
