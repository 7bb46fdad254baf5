-- 0059-room-on-the-page.sql
-- Most changes of a person leave what is indexed as it is. With room on its page for one row more, the row changes there, and
-- none of the four or five indexes is written (decision 0047).
--
-- Pages that are full stay so until their rows change. Takes a lock for a moment that waits for nobody who reads or writes; an
-- older server beside us notices nothing.

alter table resource set (fillfactor = 85);
alter table identity set (fillfactor = 85);
