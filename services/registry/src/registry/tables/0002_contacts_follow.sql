-- A contact is kept until another day when it is renewed, and read in another area when what it is about is moved.
-- The row that an update leaves behind holds a copy of what is said: it goes when the table is written anew, which the
-- erasure of the contact brings about.
grant update (keep_until, area) on contact_contents to {writer};
