;; Attacks the compiler: more functions than a component may have. It must be refused uncompiled.
;; repeat 100001
(func)
;; end
