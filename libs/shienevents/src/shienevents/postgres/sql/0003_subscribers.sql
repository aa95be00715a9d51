-- A view or a reaction is called a subscriber everywhere.
alter table parked rename column unit to subscriber;
