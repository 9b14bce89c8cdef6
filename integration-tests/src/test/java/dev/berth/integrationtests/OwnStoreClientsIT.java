package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Python's client library of Keystone, at Berth's own identity store. */
final class OwnStoreClientsIT {
  private static final String SCRIPT =
      """
      import sys
      from keystoneauth1 import session
      from keystoneauth1.exceptions import Unauthorized
      from keystoneauth1.identity import v2, v3
      from keystoneclient.v3 import client
      url = sys.argv[1]
      known = dict(username='paul', password='password-1')
      domains = dict(user_domain_id='default', project_domain_id='default')
      first = session.Session(auth=v3.Password(url + '/v3', project_name='pythons', **known, **domains))
      print('project', first.get_project_id())
      print('projects', *sorted(p.name for p in client.Client(session=first).auth.projects()))
      again = v3.Token(url + '/v3', token=first.get_token(), project_name='snakes', project_domain_id='default')
      print('exchanged', session.Session(auth=again).get_project_id())
      old = v2.Password(url + '/v2.0', tenant_name='pythons', **known)
      print('old', old.get_access(session.Session()).tenant_id)
      older = v2.Token(url + '/v2.0', token=old.get_token(session.Session()), tenant_name='snakes')
      print('roles', *older.get_access(session.Session()).role_names)
      try:
          v2.Password(url + '/v2.0', 'paul', 'wrong-one', tenant_name='pythons').get_token(session.Session())
      except Unauthorized as e:
          print('refused', e.message)
      """;

  @Test
  void pythons_client_gets_tokens_of_both_apis_exchanges_them_and_finds_its_projects() {
    Fleet fleet = Fleet.shared();
    String url = fleet.tenant("default").env().get("DOCKER_HOST").replaceFirst("^tcp", "http");
    fleet.berth("tenant", "create", "pythons").ok();
    fleet.berth("tenant", "create", "snakes").ok();
    fleet
        .command("user", "create", "paul", "--tenant", "pythons", "--password-stdin")
        .input("password-1")
        .run()
        .ok();
    fleet.berth("user", "grant", "paul", "--tenant", "snakes", "--role", "reader").ok();

    Outcome told = Command.of("/usr/bin/python3", "-W", "ignore", "-c", SCRIPT, url).run().ok();

    assertThat(told.lines())
        .containsExactly(
            "project pythons",
            "projects pythons snakes",
            "exchanged snakes",
            "old pythons",
            "roles reader",
            "refused The request you have made requires authentication. (HTTP 401)");
    fleet.berth("tenant", "rm", "pythons").ok();
    fleet.berth("tenant", "rm", "snakes").ok();
  }
}
