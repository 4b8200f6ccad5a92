;; Attacks the disk: one file of the package, placed again and again under other names.
;; No more files than the quota may be kept.
(import "marketplace:category/staging@1.0.0" "place" (func $place (param i32 i32 i32 i32 i32)))
(data (i32.const 200) "note.txt")
(func $install (export "marketplace:category/installer@1.0.0#install")
  (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (local $number i32)
  (loop $until-full
    (call $spell (local.get $number) (i32.const 512))
    (call $place (i32.const 200) (i32.const 8) (i32.const 512) (i32.const 8) (i32.const 256))
    (local.set $number (i32.add (local.get $number) (i32.const 1)))
    (br_if $until-full (i32.eqz (i32.load8_u (i32.const 256)))))
  (i32.const 128))
