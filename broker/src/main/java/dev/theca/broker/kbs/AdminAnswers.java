package dev.theca.broker.kbs;

import dev.theca.broker.admin.Admins;
import dev.theca.broker.http.Answer;
import dev.theca.wire.Refusal;
import java.util.List;

/** What somebody is told who may not administrate. */
public final class AdminAnswers {
  private AdminAnswers() {}

  /** 401 for credentials that are missing or not believed, 403 for those that do not reach. */
  public static Answer refused(List<Refusal> why, String id) {
    return switch (why.getFirst().code().id()) {
      case Admins.DENIED -> Answers.refused(403, "AdminAuthAccess", "", why, id);
      case Admins.MISSING ->
          Answers.refused(401, "AdminAuthInitialization", "", why, id)
              .with("WWW-Authenticate", "Bearer");
      default ->
          Answers.refused(401, "AdminAuthAccess", "", why, id)
              .with("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    };
  }
}
