//! Every route there is.

use axum::Router;
use axum::routing;

#[cfg(debug_assertions)]
use crate::styleguide;
use crate::{
    AppState, account, assets, customers, dashboard, home, invoices, language, ledger, mail, organisation,
    portal, products, security_log, setup, sign_in, verify, well_known,
};

macro_rules! routes {
    ($( $(#[$when:meta])? $method:ident $path:literal => $handler:path; )+) => {
        /// Method and path of every route, for the tests that try them all.
        pub const ALL: &[(&str, &str)] = &[
            $( $(#[$when])? (stringify!($method), $path), )+
        ];

        pub(crate) fn router() -> Router<AppState> {
            let router = Router::new();
            $( $(#[$when])? let router = router.route($path, routing::$method($handler)); )+
            router
        }
    };
}

routes! {
    get "/healthz" => well_known::health;
    get "/robots.txt" => well_known::robots;
    get "/favicon.ico" => well_known::favicon;
    get "/assets/{file}" => assets::show;

    get "/" => home::show;
    get "/setup" => setup::owner::show;
    post "/setup/owner" => setup::owner::create;
    get "/setup/second-factor" => setup::second_factor::show;
    post "/setup/second-factor" => setup::second_factor::create;
    get "/setup/organisation" => setup::organisation::show;
    post "/setup/organisation" => setup::organisation::create;
    get "/sign-in" => sign_in::show;
    post "/sign-in" => sign_in::create;
    get "/sign-in/second-factor" => sign_in::second_factor::show;
    post "/sign-in/second-factor" => sign_in::second_factor::create;
    post "/sign-in/recovery-code" => sign_in::second_factor::recover;
    post "/sign-out" => sign_in::destroy;
    post "/language" => language::choice::create;
    get "/account" => account::show;
    post "/account/password" => account::password::update;
    post "/account/sessions/closing" => account::sessions::close;
    post "/account/recovery-codes" => account::recovery_codes::create;
    get "/.well-known/change-password" => well_known::change_password;

    get "/o/{organisation}" => dashboard::show;
    get "/o/{organisation}/organisation" => organisation::show;
    post "/o/{organisation}/organisation" => organisation::update;
    get "/o/{organisation}/organisation/accounts" => organisation::payees::show;
    post "/o/{organisation}/organisation/accounts" => organisation::payees::create;
    post "/o/{organisation}/organisation/accounts/{account}/approval" => organisation::payees::approve;
    post "/o/{organisation}/organisation/accounts/{account}/preference" => organisation::payees::prefer;
    post "/o/{organisation}/organisation/accounts/{account}/end" => organisation::payees::end;
    get "/o/{organisation}/organisation/drafts" => organisation::new_documents::show;
    post "/o/{organisation}/organisation/drafts" => organisation::new_documents::update;
    get "/o/{organisation}/organisation/languages" => organisation::languages::show;
    post "/o/{organisation}/organisation/languages" => organisation::languages::update;
    get "/o/{organisation}/organisation/mail" => organisation::mail::show;
    post "/o/{organisation}/organisation/mail" => organisation::mail::update;
    post "/o/{organisation}/organisation/mail/test" => organisation::mail::test;
    get "/o/{organisation}/organisation/numbering" => organisation::numbering::show;
    post "/o/{organisation}/organisation/numbering" => organisation::numbering::update;
    get "/o/{organisation}/ledger" => ledger::show;
    get "/o/{organisation}/security-log" => security_log::show;
    get "/o/{organisation}/security-log/file" => security_log::download;
    get "/o/{organisation}/invoices" => invoices::index::index;
    get "/o/{organisation}/invoices/new" => invoices::new_draft::new;
    post "/o/{organisation}/invoices/bulk" => invoices::bulk::create;
    post "/o/{organisation}/invoices/export" => invoices::export::create;
    get "/o/{organisation}/invoices/{id}" => invoices::show::show;
    get "/o/{organisation}/invoices/{id}/files/{format}" => invoices::files::show;
    post "/o/{organisation}/invoices/{id}/payments" => invoices::payments::create;
    post "/o/{organisation}/invoices/{id}/credit" => invoices::credit::create;
    post "/o/{organisation}/invoices/{id}/mails" => invoices::mails::create;
    post "/o/{organisation}/invoices/{id}/mails/{message}/link" => invoices::mails::link;
    post "/o/{organisation}/invoices/{id}/links" => invoices::links::create;
    post "/o/{organisation}/links/{id}/revocation" => invoices::links::revoke;
    get "/o/{organisation}/mail" => mail::index;
    post "/o/{organisation}/mail/{message}/attempts" => mail::retry;
    post "/o/{organisation}/mail/{message}/cancellation" => mail::cancel;
    post "/o/{organisation}/drafts" => invoices::new_draft::create;
    get "/o/{organisation}/drafts/{id}" => invoices::drafts::show;
    post "/o/{organisation}/drafts/{id}" => invoices::drafts::update;
    post "/o/{organisation}/drafts/{id}/deletion" => invoices::drafts::destroy;
    post "/o/{organisation}/drafts/{id}/issuance" => invoices::issuance::create;
    get "/o/{organisation}/customers" => customers::index;
    get "/o/{organisation}/customers/new" => customers::new;
    post "/o/{organisation}/customers" => customers::create;
    get "/o/{organisation}/customers/{id}" => customers::show::show;
    get "/o/{organisation}/customers/{id}/edit" => customers::edit;
    post "/o/{organisation}/customers/{id}" => customers::update;
    get "/o/{organisation}/products" => products::index;
    get "/o/{organisation}/products/new" => products::new;
    post "/o/{organisation}/products" => products::create;
    get "/o/{organisation}/products/{id}" => products::edit;
    post "/o/{organisation}/products/{id}" => products::update;
    post "/o/{organisation}/products/{id}/archiving" => products::archive;
    get "/ledger/{organisation}/checkpoint" => ledger::public::checkpoint;
    get "/ledger/{organisation}/key" => ledger::public::key;
    get "/ledger/{organisation}/tile/{*tile}" => ledger::public::tile;

    get "/portal" => portal::opening::new;
    post "/portal" => portal::opening::create;
    post "/portal/closing" => portal::opening::close;
    get "/portal/document" => portal::document::show;
    get "/portal/files/{format}" => portal::files::show;

    get "/verify" => verify::new;
    post "/verify/code" => verify::code::create;
    post "/verify/file" => verify::file::create;

    #[cfg(debug_assertions)]
    get "/styleguide" => styleguide::show;
    #[cfg(debug_assertions)]
    post "/styleguide" => styleguide::send;
    #[cfg(debug_assertions)]
    get "/styleguide/public" => styleguide::public;
    #[cfg(debug_assertions)]
    get "/styleguide/faults/{status}" => styleguide::fault;
}
