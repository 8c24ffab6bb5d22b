-- Of a mail that was sent or dropped, only that there was one and how it fared stays: whoever sets its state.

CREATE TRIGGER ended_mail AFTER UPDATE OF state ON outbox WHEN NEW.state IN ('sent', 'dropped') BEGIN
    UPDATE outbox SET address = NULL, token = NULL, locale = NULL, browser = NULL WHERE id = NEW.id;
END;

UPDATE outbox SET address = NULL, token = NULL, locale = NULL, browser = NULL WHERE state IN ('sent', 'dropped');
