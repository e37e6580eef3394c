"""Pages of the home institution: requests for consent, public notices, its officers; and the agreement of a pairing.

The pairing page shows two parts of this folder. Its view gives them their context:

    from web.institution.parts import agreement_part, consent_part
    render_template("pairings/show.html", consent=consent_part(pairing, by), agreement=agreement_part(pairing, by), …)

and its template: {% include "institution/parts/consent.html" ignore missing %}, likewise agreement.html.
"""
