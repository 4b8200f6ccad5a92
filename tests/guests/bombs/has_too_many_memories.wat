;; Attacks the pool: one memory more than a call may have. It must not load.
(memory $second 1)
(memory $third 1)
(memory $fourth 1)
(memory $fifth 1)
