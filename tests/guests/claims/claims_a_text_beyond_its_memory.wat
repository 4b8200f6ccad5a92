;; Attacks the host's memory beside the guest's: a text that begins in its memory and ends one
;; byte after it. The call must end as the guest's crash.
(data $description (i32.const 64) (i32 16 6  16 6  22 6  262143 2  16 0  5))
