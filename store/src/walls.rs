//! Bringing a PostgreSQL database up to date as its owner, and the role that works with it afterwards.

use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};

use crate::database::DatabaseUrl;
use crate::{Result, StoreError, migrations};

const WALLS: &str = include_str!("walls.sql");
/// What a role becomes that would see through the walls.
const APPLICATION: &str = "counterfoil_application";
/// For every connection of such a role.
pub(crate) const STEP_DOWN: &str = "SET ROLE counterfoil_application";

/// Migrates and raises the walls, as the owner of the tables. Gives whether the role of the application must step down
/// on each of its connections.
pub(crate) async fn raise(database: &DatabaseUrl) -> Result<bool> {
    let mut application = AnyConnection::connect(&database.url).await?;
    let row = sqlx::query(
        "SELECT CAST(current_user AS TEXT) AS name, CASE WHEN rolsuper OR rolbypassrls THEN 1::BIGINT ELSE 0 END AS above
         FROM pg_roles WHERE rolname = current_user",
    );
    let row = row.fetch_one(&mut application).await?;
    let (name, above): (String, i64) = (row.try_get("name")?, row.try_get("above")?);
    let above = above != 0;
    if !above && database.owner.is_none() && is_served(&mut application).await? {
        application.close().await?;
        return Ok(false);
    }
    if above {
        let made = format!(
            "DO $$ BEGIN CREATE ROLE {APPLICATION} NOLOGIN; GRANT {APPLICATION} TO CURRENT_USER;
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        );
        application.execute(sqlx::AssertSqlSafe(made)).await?;
    }
    application.close().await?;
    let mut owner = AnyConnection::connect(database.owner.as_ref().unwrap_or(&database.url)).await?;
    // Migrations may move every organisation's rows, and take longer than a request may: also where the role or the
    // database sets a limit for everybody.
    owner.execute("SET statement_timeout = 0").await?;
    owner.execute("SET lock_timeout = '15s'").await?;
    owner.execute("SET counterfoil.every_row = 'on'").await?;
    migrations::postgres().run(&mut owner).await?;
    let role = if above { APPLICATION.to_owned() } else { name };
    sqlx::query("SELECT set_config('counterfoil.role', $1, false)").bind(role).execute(&mut owner).await?;
    owner.execute(WALLS).await?;
    owner.close().await?;
    Ok(above)
}

/// Whether this role works with tables that another owns, which are up to date: then there is nothing to raise.
async fn is_served(application: &mut AnyConnection) -> Result<bool> {
    let owned = sqlx::query(
        "SELECT 1 FROM pg_class WHERE oid = to_regclass('_sqlx_migrations')
         AND NOT pg_has_role(current_user, relowner, 'USAGE')",
    );
    if owned.fetch_optional(&mut *application).await?.is_none() {
        return Ok(false);
    }
    let row = sqlx::query("SELECT COUNT(*) AS steps FROM _sqlx_migrations WHERE success");
    let steps: i64 = row.fetch_one(application).await?.try_get("steps")?;
    let known = migrations::postgres().iter().count();
    if usize::try_from(steps).is_ok_and(|steps| steps >= known) {
        Ok(true)
    } else {
        Err(StoreError::NotOwner)
    }
}
