;; Attacks the host's memory beside the guest's: asked for memory to pass arguments in, it answers
;; with an address past the end of its own. The call must end as the guest's crash.
(func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const -8))
