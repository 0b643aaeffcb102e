package dev.theca.broker.audit;

import dev.theca.broker.store.Sql;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Why something was refused, kept under an id that the client is given; bounded in number. */
public interface Reasons {
  /**
   * Keeps the reasons and appends the event, whose detail gains {@code reason}; the id.
   *
   * @param context what {@code theca why} shows beside the reasons: claims found, policy and
   *     version, conditions that did not hold
   */
  String keep(Sql sql, Event event, List<Refusal> reasons, JsonObject context) throws SQLException;

  /**
   * The same in a transaction of its own, without any for what a flood suppresses: for refusals
   * that cost their sender nothing.
   */
  String keep(Event event, List<Refusal> reasons, JsonObject context);

  /** What was kept under an id: id, time, event, actor, reasons, context. */
  Optional<JsonObject> find(String id);
}
