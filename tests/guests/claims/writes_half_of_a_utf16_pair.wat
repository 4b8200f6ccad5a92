;; strings: utf16
;; Attacks whoever believes that a text is Unicode: it counts in UTF-16, and has half of a pair.
;; The call must end as the guest's crash, not as a repaired text.
(data $texts (i32.const 16) "g\00u\00e\00s\00t\00s\00\3d\d8")
(data $description (i32.const 64) (i32 16 6  16 6  16 7  16 6  16 0  5))
