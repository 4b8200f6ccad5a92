;; Attacks the machine's memory without growing: 4 GiB from the beginning. It must not load.
(memory $memory (export "memory") 65536)
