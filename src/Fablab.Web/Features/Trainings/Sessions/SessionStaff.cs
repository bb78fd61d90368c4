using Fablab.Domain.Members;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Courses;

namespace Fablab.Web.Features.Trainings.Sessions;

/// <summary>Who looks after the people of a training session: sees who they are, says who was there, enrols and removes them.</summary>
internal sealed class SessionStaff(CurrentMember me)
{
    /// <summary>Managers and the front desk of its site, whoever teaches the course and trains there, and its trainer while they teach the course, also away from the course's site.</summary>
    /// <param name="right">What managers and the front desk may; trainers of the course may it too.</param>
    public bool May(Right right, TrainingSessionRow session, CourseView course) =>
        me.May(right, Subject.At(session.Site))
        || (course.Trainers.Contains(me.Id)
            && (me.May(Right.TrainMembers, Subject.At(session.Site)) || (session.Trainer == me.Id && me.May(Right.TrainMembers, Subject.At(course.Row.Site)))));
}
