;; Attacks whoever believes that a text is UTF-8: half of a character, at the end of the name.
;; The call must end as the guest's crash, not as a repaired text.
(data $texts (i32.const 16) "guestsGuests\c3They do wrong.")
(data $description (i32.const 64) (i32 16 6  16 6  22 7  29 14  16 0  5))
