package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.wire.json.JsonString;
import java.util.List;
import java.util.Locale;

/** The reference's {@code [storage_backend]} as {@code state} and {@code [store]}. */
record ReferenceStorage(ReferenceForm form) {
  private static final String FOLDER = "/opt/confidential-containers/storage/local_fs";

  /** Their words come in two spellings. */
  static String word(String text) {
    return text.replace("_", "").toLowerCase(Locale.ROOT);
  }

  void read(Fields table) {
    String type = table.text("storage_type", "Memory");
    var backends = table.table("backends");
    for (String kind : List.of("local_fs", "local_json", "postgres", "redis")) backends.has(kind);
    switch (word(type)) {
      case "localfs" -> folder(backends);
      case "postgres" -> postgres(backends);
      case "memory" -> {
        if (!form.says("state"))
          table.wrong("storage_type", "a folder: write state = \"DIR\" at the top", "Memory");
      }
      default -> table.wrong("storage_type", "LocalFs or Postgres; what is kept is sealed", type);
    }
    table.take(backends);
    form.done(table);
  }

  /** A database of ours in their folder: their files are not read. */
  private void folder(Fields backends) {
    var place = backends.table("local_fs");
    String path = place.text("dir_path", FOLDER);
    backends.take(place);
    if (!form.says("state")) form.put("state", new JsonString(path));
  }

  private void postgres(Fields backends) {
    var place = backends.table("postgres");
    String host = place.text("host", "localhost");
    long port = place.number("port", 5432, 1, 65_535);
    String name = place.text("db");
    String user = place.text("username");
    ReferenceForm.without(
        place, "password", "a file: [store] type = \"postgres\", url = .., password_file = ..");
    for (String part : List.of(host, name, user))
      if (!part.matches("[A-Za-z0-9._-]+"))
        place.wrong("host, db or username", "letters, digits, dots, dashes", "other text");
    backends.take(place);
    if (form.says("store")) return;
    form.put("store", "type", new JsonString("postgres"));
    String url = "postgres://" + user + "@" + host + ":" + port + "/" + name;
    form.put("store", "url", new JsonString(url));
  }
}
