;; Attacks the time of host calls, in which nobody looks at the guest: it reads a file again and
;; again, from a disk that is slow. The call must end as a time-out of its own, or, where one
;; read alone takes too long, as a fault of the host's.
(import "marketplace:category/contents@1.0.0" "read" (func $read (param i32 i32 i32)))
(data (i32.const 200) "note.txt")
(func $inspect (export "marketplace:category/installer@1.0.0#inspect")
  (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (loop $for-ever
    (global.set $free (i32.const 65536))
    (call $read (i32.const 200) (i32.const 8) (i32.const 256))
    (br $for-ever))
  (unreachable))
