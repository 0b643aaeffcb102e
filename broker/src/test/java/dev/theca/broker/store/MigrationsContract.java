package dev.theca.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What both databases promise about their tables. */
abstract class MigrationsContract {
  static final Migrations.Script FIRST =
      new Migrations.Script(
          "100-first",
          "-- a comment; with a semicolon;\nCREATE TABLE one (a TEXT,\n  b BYTES);\n\n"
              + "INSERT INTO one (a) VALUES ('a;b -- c'); \nCREATE TABLE bytes_two (a TEXT)");
  static final Migrations.Script SECOND =
      new Migrations.Script("200-second", "CREATE TABLE two (a TEXT);\n");

  /** Opens the same database each time. */
  abstract Database open(Migrations migrations) throws Exception;

  static Migrations scripts(Migrations.Script... scripts) {
    return new Migrations(List.of(scripts));
  }

  static long rows(Database database, String table) {
    return database.read(
        sql -> sql.one("SELECT count(*) FROM " + table, row -> row.number(1)).orElseThrow());
  }

  @Test
  void scripts_run_once_and_new_ones_are_added() throws Exception {
    try (var database = open(scripts(FIRST))) {
      assertThat(rows(database, "one")).isEqualTo(1);
      assertThat(rows(database, "bytes_two")).isZero();
    }
    for (int i = 0; i < 2; i++) {
      try (var database = open(scripts(FIRST, SECOND))) {
        assertThat(rows(database, "one")).isEqualTo(1);
        assertThat(rows(database, "two")).isZero();
        assertThat(rows(database, "migration")).isEqualTo(2);
      }
    }
  }

  @Test
  void a_database_of_a_newer_program_is_refused_and_left_alone() throws Exception {
    open(scripts(FIRST, SECOND)).close();
    assertThatThrownBy(() -> open(scripts(FIRST)))
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("newer than this program: it has 200-second");
    open(scripts(FIRST, SECOND)).close();
  }

  @Test
  void a_script_that_changed_after_it_was_applied_is_refused() throws Exception {
    open(scripts(FIRST)).close();
    var changed = new Migrations.Script(FIRST.name(), FIRST.text() + ";\n");
    assertThatThrownBy(() -> open(scripts(changed, SECOND)))
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("100-first")
        .hasMessageContaining(FIRST.digest())
        .hasMessageContaining(changed.digest());
    try (var database = open(scripts(FIRST))) {
      assertThat(rows(database, "migration")).isEqualTo(1);
    }
  }

  @Test
  void a_script_that_fails_leaves_nothing_of_any() throws Exception {
    var broken =
        new Migrations.Script("200-second", "CREATE TABLE two (a TEXT);\nCREATE TABEL x (a TEXT);");
    assertThatThrownBy(() -> open(scripts(FIRST, broken))).isInstanceOf(StoreFault.class);
    try (var database = open(scripts(FIRST, SECOND))) {
      assertThat(rows(database, "one")).isEqualTo(1);
      assertThat(rows(database, "two")).isZero();
    }
  }

  @Test
  void the_scripts_of_all_wings_run() throws Exception {
    try (var database = open(Migrations.ours())) {
      assertThat(rows(database, "migration")).isEqualTo(Scripts.all().size());
    }
  }
}
