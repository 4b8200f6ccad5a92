;; Attacks what a compiler does for each pair of a branch and a variable: many blocks, each of
;; which may leave to any other around it, and a value that is changed in between.
;; It must be compiled within its time, or be refused; and what loads must answer.
(func (export "unused") (param $a i32) (param $b i32) (result i32)
;; repeat 1000
  block
;; end
;; repeat 8000
  (local.set $a (i32.add (local.get $a) (local.get $b)))
  (local.set $b (i32.xor (local.get $b) (local.get $a)))
  (br_if 0 (local.get $a)) (br_if 500 (local.get $b)) (br_if 999 (local.get $a))
;; end
;; repeat 1000
  end
;; end
  (local.get $a))
