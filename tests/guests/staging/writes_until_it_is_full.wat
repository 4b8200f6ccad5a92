;; Attacks the host's memory through the staging area: writes files of 64 KiB until the host refuses one.
;; No more bytes than the quota may be kept.
(import "marketplace:category/staging@1.0.0" "write" (func $write (param i32 i32 i32 i32 i32)))
(memory $memory (export "memory") 4)
(func $install (export "marketplace:category/installer@1.0.0#install")
  (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (local $number i32)
  (loop $until-full
    (call $spell (local.get $number) (i32.const 512))
    (call $write (i32.const 512) (i32.const 8) (i32.const 65536) (i32.const 65536) (i32.const 256))
    (local.set $number (i32.add (local.get $number) (i32.const 1)))
    (br_if $until-full (i32.eqz (i32.load8_u (i32.const 256)))))
  (i32.const 128))
