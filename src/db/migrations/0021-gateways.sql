-- 0021-gateways.sql
-- A site may stand behind the gateway: the reverse proxy of one origin asks us about each request.
-- Its redirect addresses follow from the origin, and nobody is told its secret.
-- An older server beside us takes it for a site like any other, and its gateway addresses are not there.

alter table site add column gateway_origin text;
