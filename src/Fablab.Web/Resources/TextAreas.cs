namespace Fablab.Web.Resources;

/// <summary>Words that every page uses: navigation, states, units.</summary>
internal sealed class SharedTexts;

/// <summary>Sites, machines and what they do now.</summary>
internal sealed class MachineTexts;

/// <summary>What is wrong with a machine: reporting it, and what staff do about it.</summary>
internal sealed class FaultTexts;

/// <summary>Booking a machine: the form, the check, every reason against it.</summary>
internal sealed class BookingTexts;

/// <summary>Who is in a site, its kiosks and the labels of its machines, for staff and members.</summary>
internal sealed class PresenceTexts;

/// <summary>What a kiosk says to whoever stands before it.</summary>
internal sealed class KioskTexts;

/// <summary>A reservation and its use, before, during and after.</summary>
internal sealed class ReservationTexts;

/// <summary>Prices, charges with their explanation, projects, invoices.</summary>
internal sealed class MoneyTexts;

/// <summary>Signing in, access tokens, notices.</summary>
internal sealed class AccountTexts;

/// <summary>Signing in, and what protects an account.</summary>
internal sealed class SignInTexts;

/// <summary>Mails: subjects, buttons, why one gets them.</summary>
internal sealed class MailTexts;

/// <summary>Giving a reservation another time.</summary>
internal sealed class ChangingTexts;

/// <summary>Booking at recurring times, and changing what was booked so.</summary>
internal sealed class SeriesTexts;

/// <summary>Booking several machines together.</summary>
internal sealed class BundleTexts;

/// <summary>Booking rules: every kind in words and as a form, drafts, trying them on the past.</summary>
internal sealed class RuleTexts;

/// <summary>The waiting list: wishing for time, offers, what became of them.</summary>
internal sealed class WaitingTexts;

/// <summary>Courses, training sessions, and what one is authorised for.</summary>
internal sealed class TrainingTexts;

/// <summary>Becoming a member, and what staff see and say of members.</summary>
internal sealed class PeopleTexts;

/// <summary>The calendar of a site.</summary>
internal sealed class CalendarTexts;

/// <summary>The audit: who did what.</summary>
internal sealed class AuditTexts;

/// <summary>Organisations by themselves: signing up, members, invitations, projects and budgets.</summary>
internal sealed class OrganisationTexts;

/// <summary>Importing and exporting, with the sentence of every error of a row.</summary>
internal sealed class ExchangeTexts;

/// <summary>Calendar feeds.</summary>
internal sealed class FeedTexts;

/// <summary>The programs beside the machines: pairing them and shutting them out.</summary>
internal sealed class BridgeTexts;

/// <summary>What the lab consists of: who issues invoices, sites, prices, machines.</summary>
internal sealed class SetUpTexts;

/// <summary>What the lab does with what it knows of people: the public page, and what each member decides about it.</summary>
internal sealed class PrivacyTexts;
