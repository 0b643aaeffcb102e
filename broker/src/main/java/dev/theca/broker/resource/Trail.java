package dev.theca.broker.resource;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.store.Sql;
import dev.theca.wire.json.JsonObject;
import java.sql.SQLException;

/** Writes what was changed into the audit trail, within the transaction that changes it. */
record Trail(Audit audit) {
  void changed(Sql sql, String kind, String tenant, String actor, JsonObject detail)
      throws SQLException {
    audit.append(sql, new Event(kind, "granted", tenant, actor, detail));
  }

  void resource(Sql sql, ResourcePath path, String actor, String action, long version)
      throws SQLException {
    var detail = JsonObject.builder().put("action", action).put("path", path.text());
    if (version > 0) detail.put("version", version);
    changed(sql, "resource", path.tenant(), actor, detail.build());
  }
}
