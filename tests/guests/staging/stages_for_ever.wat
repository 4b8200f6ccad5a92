;; Attacks whoever believes that a full staging area ends the call: it goes on, whatever the host says.
;; The call must end as a time-out, with nothing kept of it.
(import "marketplace:category/staging@1.0.0" "write" (func $write (param i32 i32 i32 i32 i32)))
(func $install (export "marketplace:category/installer@1.0.0#install")
  (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (local $number i32)
  (loop $for-ever
    (call $spell (local.get $number) (i32.const 512))
    (global.set $free (i32.const 65536))
    (call $write (i32.const 512) (i32.const 8) (i32.const 65536) (i32.const 65536) (i32.const 256))
    (local.set $number (i32.add (local.get $number) (i32.const 1)))
    (br $for-ever))
  (unreachable))
