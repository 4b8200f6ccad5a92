;; Attacks whoever writes where he is told: asked for aligned memory, it gives an odd address.
;; The call must end as the guest's crash.
(func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65537))
