<?php
// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

/**
 * Dutch texts.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['badgesoff'] = 'Badges van cursussen staan op deze site uit. Een beheerder kan ze toestaan: Sitebeheer > Algemeen > Geavanceerde functies, en Badges > Instellingen voor badges.';
$string['busy'] = 'Er wordt op dit moment al in deze cursus geschreven. Probeer het over een minuut nog eens: wat al gedaan is, gebeurt geen tweede keer.';
$string['cleanup'] = 'Opruimen wat de Microunits-brug niet meer nodig heeft';
$string['cursor_expired'] = 'Deze cursor is ouder dan wat bewaard wordt. Begin opnieuw met een lege cursor.';
$string['has_attempts'] = 'Deelnemers hebben met “{$a}” gewerkt, daarom wordt het niet verwijderd. Verberg het in plaats daarvan.';
$string['invalidcursor'] = 'Dit is geen cursor van deze functie: {$a}';
$string['invalidpayload'] = '{$a}';
$string['keepchanges'] = 'Gebeurtenissen bewaren';
$string['keepchanges_desc'] = 'Wat er in cursussen gebeurt (pogingen, inzendingen, aanmeldingen) wordt zo lang bewaard, zodat de brug het kan ophalen. Blijft de brug langer weg, dan leest die alles opnieuw.';
$string['keepfiles'] = 'Wachtende bestanden bewaren';
$string['keepfiles_desc'] = 'Bestanden die zijn gestuurd en die daarna nergens te zien zijn, worden na deze tijd verwijderd.';
$string['keepnotices'] = 'Meldingen onthouden';
$string['keepnotices_desc'] = 'Zo lang onthoudt de plugin welke meldingen verstuurd zijn, zodat niemand er een twee keer krijgt.';
$string['kinddiffers'] = 'Deze sleutel staat al voor iets van een andere soort: {$a}';
$string['mendcourses'] = 'Cursussen opnieuw laten lezen na een onderbroken synchronisatie';
$string['messageprovider:review'] = 'Vragen die aan herhaling toe zijn';
$string['microunits:sync'] = 'De cursus via de Microunits-brug gelijk houden met Open edX';
$string['missingfile'] = 'Dit bestand is niet gestuurd: {$a}';
$string['notempty'] = 'Er staat iets in de sectie “{$a}”, daarom wordt ze niet verwijderd.';
$string['onlinetextoff'] = 'Opdrachten op deze site nemen geen online tekst aan. Een beheerder kan dat toestaan: Sitebeheer > Plugins > Opdracht > Inzendingsplugins.';
$string['pluginname'] = 'Microunits-brug';
$string['privacy:metadata:award'] = 'Welke badges de brug heeft toegekend en ingetrokken, zodat er geen twee keer wordt toegekend.';
$string['privacy:metadata:award:awardkey'] = 'De sleutel van de toekenning';
$string['privacy:metadata:award:badgeid'] = 'De badge';
$string['privacy:metadata:award:courseid'] = 'De cursus';
$string['privacy:metadata:award:issuedid'] = 'De badge van de deelnemer';
$string['privacy:metadata:award:revoked'] = 'Of hij is ingetrokken';
$string['privacy:metadata:award:timecreated'] = 'Wanneer hij hier is toegekend';
$string['privacy:metadata:award:timemodified'] = 'Wanneer dat voor het laatst is gewijzigd';
$string['privacy:metadata:award:userid'] = 'De deelnemer';
$string['privacy:metadata:change'] = 'Wat er in gekoppelde cursussen gebeurt, zodat de brug het kan ophalen.';
$string['privacy:metadata:change:courseid'] = 'De cursus';
$string['privacy:metadata:change:objectid'] = 'De poging, inzending of aanmelding waar het om gaat';
$string['privacy:metadata:change:timecreated'] = 'Wanneer het gebeurde';
$string['privacy:metadata:change:userid'] = 'De deelnemer';
$string['privacy:metadata:change:what'] = 'Wat er gebeurde';
$string['privacy:metadata:external'] = 'De brug neemt mee wat nodig is om herhalingen van vragen in Open edX te plannen, en om reflecties daar te bewaren.';
$string['privacy:metadata:external:attempts'] = 'Pogingen bij gekoppelde toetsen: wanneer, en hoe elke vraag is beantwoord';
$string['privacy:metadata:external:completions'] = 'Pagina’s van workshops die een deelnemer als gedaan heeft gemarkeerd, en wanneer';
$string['privacy:metadata:external:email'] = 'Het e-mailadres, waaraan een deelnemer wordt herkend';
$string['privacy:metadata:external:idnumber'] = 'Het ID-nummer, waaraan een deelnemer wordt herkend';
$string['privacy:metadata:external:lang'] = 'De taal waarin herinneringen geschreven worden';
$string['privacy:metadata:external:lastaccess'] = 'Wanneer de deelnemer het laatst in de cursus was';
$string['privacy:metadata:external:notices'] = 'Of meldingen van de brug aanstaan, zodat wie er geen wil er ook geen krijgt';
$string['privacy:metadata:external:submissions'] = 'Wat bij gekoppelde reflecties is ingeleverd: wanneer, en bij deelnemers met een account in Open edX ook wat ze schreven, om het daar voor hen te bewaren';
$string['privacy:metadata:external:timezone'] = 'De tijdzone, voor de uren waarin het stil blijft';
$string['privacy:metadata:external:username'] = 'De gebruikersnaam';
$string['privacy:metadata:item'] = 'Gebeurtenissen in de agenda van een deelnemer die de brug gemaakt heeft, zoals wanneer er vragen aan de beurt zijn.';
$string['privacy:metadata:item:courseid'] = 'De cursus';
$string['privacy:metadata:item:itemkey'] = 'De sleutel van de gebeurtenis';
$string['privacy:metadata:item:kind'] = 'Wat voor soort ding het is: een gebeurtenis';
$string['privacy:metadata:item:targetid'] = 'De gebeurtenis in de agenda';
$string['privacy:metadata:item:timecreated'] = 'Wanneer die gemaakt is';
$string['privacy:metadata:item:userid'] = 'De deelnemer';
$string['privacy:metadata:notice'] = 'Welke meldingen verstuurd zijn, zodat niemand er een twee keer krijgt.';
$string['privacy:metadata:notice:courseid'] = 'De cursus';
$string['privacy:metadata:notice:noticekey'] = 'De sleutel van de melding';
$string['privacy:metadata:notice:sent'] = 'Of ze aan Moodle is gegeven';
$string['privacy:metadata:notice:timecreated'] = 'Wanneer';
$string['privacy:metadata:notice:userid'] = 'De deelnemer';
$string['questionbank'] = 'Microunits';
$string['questionbank_info'] = 'Vragen die de Microunits-brug gelijk houdt met Open edX. Wat je hier bewerkt, wordt niet ongevraagd overschreven.';
$string['unknownkey'] = 'Niets in deze cursus heeft deze sleutel: {$a}';
$string['unknownkind'] = 'De plugin kent deze soort onderdeel niet: {$a}. Een nieuwere versie misschien wel.';
$string['unreadablequestion'] = '{$a}';
$string['warning_adopted'] = 'Moodle had al iets met de sleutel “{$a}”; dat is overgenomen en niet opnieuw gemaakt.';
$string['warning_completion_off'] = 'Voltooiing volgen staat uit in deze cursus, daarom kan niemand “{$a}” als gedaan markeren. Zet het aan in de instellingen van de cursus.';
$string['warning_kept_whole'] = 'Wat in Moodle is bewerkt en wat is gestuurd, passen niet bij elkaar; daarom is van deze vraag niets geschreven: {$a}';
$string['warning_structure_kept'] = 'Deelnemers hebben de toets al gemaakt, daarom blijven de vragen en hun volgorde zoals ze zijn: {$a}';
