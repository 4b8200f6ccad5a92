;; Attacks the compiler, and the memory that compiled code takes: as many functions as there may be.
;; They must be compiled within their time, or be refused; and what loads must answer.
;; repeat 99000
(func)
;; end
