;; Attacks the compiler's stack: blocks in blocks, as many as fit into a function.
;; It must be compiled within its time, or be refused; and what loads must answer.
(func
;; repeat 250000
  block
;; end
  unreachable
;; repeat 250000
  end
;; end
)
